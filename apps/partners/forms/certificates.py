"""The certificate a partner handed over, as a file or as text."""

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key
from django import forms
from django.utils import timezone

MOST_BYTES = 20_000
IS_A_KEY = "这里面有私钥，没有保存。私钥只该在对方的程序里：请把它当作已经泄露，请对方重新生成密钥和证书，只交证书。"
NO_CERTIFICATE = (
    "读不出证书：请交 PEM 文件（以 -----BEGIN CERTIFICATE----- 开头），不要证书请求（CSR），也不要 .p12、.pfx。"
)


class NeverAgain(forms.Textarea):
    """A text that is not shown again when the form comes back: it may hold what nobody should have pasted."""

    def format_value(self, value: Any) -> str:
        return ""


class CertificateForm(forms.Form):
    """One certificate, and how it is known to be the partner's."""

    file = forms.FileField(
        label="证书文件",
        required=False,
        help_text="对方程序出示的证书（.pem、.crt、.cer），只要证书，不要私钥。",
        widget=forms.ClearableFileInput(attrs={"accept": ".pem,.crt,.cer"}),
    )
    text = forms.CharField(
        label="或粘贴证书", required=False, max_length=MOST_BYTES, widget=NeverAgain(attrs={"rows": 5})
    )
    basis = forms.CharField(
        label="指纹核对方式", max_length=200, help_text="例如：与对方科信科王某电话核对，指纹一致（电话取自公函）。"
    )

    def clean(self) -> dict[str, Any]:
        """The certificate, read: ``certificate``; the errors beside the field it came in."""
        given = dict(self.cleaned_data)
        file, text = given.pop("file", None), given.pop("text", "")
        where = "file" if file else "text"
        if "text" in self.errors or "file" in self.errors:
            return given
        if bool(file) == bool(text):
            self.add_error("file", "请选择证书文件，或把证书粘贴在下面，两者选一。")
        elif file and file.size > MOST_BYTES:
            self.add_error("file", "文件太大，不会是一张证书。")
        else:
            try:
                given["certificate"] = read(file.read() if file else text.encode())
            except forms.ValidationError as error:
                self.add_error(where, error)
        return given


def read(data: bytes) -> x509.Certificate:
    """The one certificate in it; ValidationError for anything else, and for one that nobody could show."""
    if _is_a_key(data):
        raise forms.ValidationError(IS_A_KEY, "private_key")
    try:
        found = (
            x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
        )
    except ValueError as error:
        raise forms.ValidationError(NO_CERTIFICATE, "no_certificate") from error
    if len(found) > 1:
        raise forms.ValidationError(f"这里面有 {len(found)} 张证书：只交程序自己的一张，不要签发机构的。", "several")
    if _signs_others(found[0]):
        raise forms.ValidationError("这是签发机构的证书，不是程序自己的：请交程序出示的那一张。", "authority")
    if found[0].not_valid_after_utc <= timezone.now():
        raise forms.ValidationError(
            f"这张证书已于 {timezone.localtime(found[0].not_valid_after_utc):%Y年%-m月%-d日} 到期。", "expired"
        )
    return found[0]


def _signs_others(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _is_a_key(data: bytes) -> bool:
    if b"PRIVATE KEY" in data:
        return True
    try:
        load_der_private_key(data, None)
    except TypeError:  # a key under a password
        return True
    except Exception:  # noqa: BLE001 - whatever it is, it is no key
        return False
    return True
