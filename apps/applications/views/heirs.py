"""Nobody of the family is left: who receives what is still owed to it."""

from typing import Any

from apps.applications import actions
from apps.applications.forms.heirs import HeirForm
from apps.applications.views.life import FamilyAct
from apps.audit.verbs import Verb
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.households.actions import dead_without_family
from apps.households.models import BankAccount
from apps.payments.facts import still_owed


class HeirPage(FamilyAct):
    """Put down an heir with the papers."""

    act, form_class, title, button = Verb.PROPOSE_HEIR, HeirForm, "登记遗属代领", "提出代领"
    template_name, done = "households/heir.html", "已提出，等另一位同事核准。"

    def precheck(self) -> None:
        """Refused while somebody of the family could receive it."""
        dead_without_family(self.subject)

    def form_arguments(self) -> dict[str, Any]:
        return {"on": self.today}

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        """Whose, how far, how much is open now, and who decides."""
        dead = dead_without_family(self.subject)
        month = Month.of(dead.died_on)
        owed = [f"{Month.of(m).label()} {format_yuan(fen)} 元" for m, fen in still_owed(self.subject, month.first())]
        return [
            f"{dead.name}于{dead.died_on:%Y年%-m月%-d日}去世，家中已无人；只领到{month.label()}为止应发而没有发的",
            f"现在待发：{'，'.join(owed) or '没有'}；到这个月为止的，以后编制、补发的也发给代领人",
            "由谁代领、去世当月是否足额，文件没有写明，这里的办法待民政局确认",
            "由另一位同事对照材料核准后生效，随下一批发放，作为“死亡”疑点由两人核销",
        ]

    def perform(self, form: Any) -> BankAccount:
        return actions.propose_heir(self.subject, entry=form.entry(), papers=form.papers(), **self.doing)
