"""Taking a list out."""

from django import forms


class ExportForm(forms.Form):
    """Why a list leaves the system."""

    reason = forms.CharField(
        label="导出用途", max_length=200, help_text="记入办理记录，例如：报送吉林市民政局核对，送市医保局核对名单。"
    )
