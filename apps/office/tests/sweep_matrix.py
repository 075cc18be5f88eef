"""Who may open which address: one row for every route. A new address without a row fails the sweep.

Written by hand, from the office's division of work, not from the table the program uses. ``marker`` stands in the page
of whoever may open it and in no refusal; ``subject`` makes what the page is about.
"""

from dataclasses import dataclass

from apps.accounts.roles import Role as R
from apps.applications.tests import afterwards as after
from apps.applications.transitions import State as S
from apps.office.tests import sweep_bank as bank_scene
from apps.office.tests import sweep_corrections as back
from apps.office.tests import sweep_money as money
from apps.office.tests import sweep_scene as scene
from apps.office.tests import sweep_subsidy as prices
from apps.office.tests.sweep_scene import HERE, THERE, Subject
from apps.payments.enums import BatchState as B
from apps.payments.models import Limit, SharedAccount

WORKER, LEADER = frozenset({R.CASEWORKER}), frozenset({R.TOWNSHIP_LEADER})
REVIEWER, CHIEF = frozenset({R.REVIEWER}), frozenset({R.BUREAU_CHIEF})
MAKER, CHECKER = frozenset({R.PAYMENTS_MAKER}), frozenset({R.PAYMENTS_CHECKER})
AUDITOR, ADMIN = frozenset({R.AUDITOR}), frozenset({R.SYSTEM_ADMIN})
BUREAU = REVIEWER | CHIEF | AUDITOR
SECURITY, ADMINS = frozenset({R.SECURITY_ADMIN}), frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDITOR})
ASSISTANT = frozenset({R.ASSISTANT})
EVERYBODY = frozenset(R)
CASES = WORKER | LEADER | REVIEWER | CHIEF | AUDITOR
FAMILIES = CASES | MAKER | CHECKER
MONTHS = FAMILIES - WORKER - LEADER
MONEY = CHIEF | MAKER | CHECKER | AUDITOR
REVEALS = FAMILIES - CHECKER

# Open without logging in: the way in and out, and the calculator for anyone, which keeps nothing.
OPEN_TO_ALL = {"login", "logout", "calculator", "healthz"}
# Asked by programs with a token, and swept beside them (apps/partners/tests/test_api_sweep.py).
FOR_PROGRAMS = ("partner-token", "partner-api-")


@dataclass(frozen=True)
class Row:
    """One route: who, what the page says, what it is about.

    ``countys``: no township has one of its own; ``public``: it says what hangs on the board, names of families too.
    """

    name: str
    may: frozenset[R]
    marker: str
    subject: Subject | None = None
    countys: bool = False
    public: bool = False
    post_only: bool = False
    api: bool = False


ROWS = [
    # The office itself
    Row("worklist", EVERYBODY, "今天要办"),
    Row("password-change", EVERYBODY, "原密码"),
    Row("standard-list", EVERYBODY, "低保标准"),
    Row("provision-list", EVERYBODY, "条款"),
    Row("standard-new", CHIEF, "依据文号"),
    Row("standard-detail", EVERYBODY, "蛟民发〔2024〕8号", scene.proposal, countys=True),
    Row("standard-approve", REVIEWER, "核准，自2024年8月起生效", scene.proposal, countys=True),
    Row("standard-reject", REVIEWER, "退回理由", scene.proposal, countys=True),
    Row("office-date", ADMIN, "推进"),
    Row("operations", ADMIN | CHIEF | AUDITOR, "定时调度"),
    # Taking the old register over
    Row("register-list", BUREAU, "登记册接管"),
    Row("register-template", BUREAU, "xl/workbook.xml"),
    Row("register-new", CHIEF, "首个发放月份"),
    Row("register-detail", BUREAU, "按乡镇（街道）", scene.register, countys=True),
    Row("register-progress", BUREAU, "under-way", scene.register, countys=True),
    Row("register-faults", BUREAU, "xl/workbook.xml", scene.register, countys=True),
    Row("register-approve", REVIEWER, "批准接管 1 户", scene.register, countys=True),
    Row("register-reject", REVIEWER, "退回理由", scene.register, countys=True),
    Row("roll-template", BUREAU, "xl/workbook.xml"),
    Row("parallel-new", CHIEF, "发放月份"),
    Row("parallel-detail", BUREAU, "只在发放名册", scene.parallel_month, countys=True),
    Row("parallel-progress", BUREAU, "under-way", scene.parallel_month, countys=True),
    Row("parallel-export", BUREAU, "xl/workbook.xml", scene.parallel_month, countys=True),
    Row("user-list", ADMINS, "没有超级用户"),
    Row("lockout-list", ADMINS, "半小时后自动恢复"),
    Row("user-detail", ADMINS, "账号与岗位的变动", scene.colleague, countys=True),
    Row("user-new", ADMIN, "首次登录须先改成自己的密码"),
    Row("user-off", ADMIN, "停用这个账号", scene.colleague, countys=True),
    Row("user-on", ADMIN, "启用这个账号", scene.colleague_switched_off, countys=True),
    Row("user-password", ADMIN, "设为一次性密码", scene.colleague, countys=True),
    Row("user-unlock", ADMIN, "解除登录锁定", scene.colleague, countys=True),
    Row("user-appoint", SECURITY, "选这个岗位", scene.colleague, countys=True),
    Row("posting-end", SECURITY, "免去这个岗位", scene.posting, countys=True),
    Row("posting-move", SECURITY, "选这个岗位", scene.posting, countys=True),
    Row("posting-deputise", SECURITY, "安排代理", scene.posting, countys=True),
    Row("hand-over", LEADER, "移交在办申请"),
    Row("hand-over-from", LEADER, f"{HERE}待调查", scene.handler),
    Row("record-list", AUDITOR, f"{THERE}不予确认"),
    # Cases
    Row("application-new", WORKER, "开始填写"),
    Row("application-draft", WORKER, "和平街", scene.case(S.DRAFT)),
    Row("application-missing", WORKER, "一次性告知", scene.case(S.DRAFT)),
    Row("application-detail", CASES, f"{HERE}公示与确认", scene.case(S.PUBLICISED)),
    Row("application-accept", WORKER, f"{HERE}待受理", scene.case(S.SUBMITTED)),
    Row("application-return", WORKER, f"{HERE}待受理", scene.case(S.SUBMITTED)),
    Row("application-withdraw", WORKER, f"{HERE}待调查", scene.case(S.ACCEPTED)),
    Row("application-investigate", WORKER, f"{HERE}待调查", scene.case(S.ACCEPTED)),
    Row("application-propose", LEADER, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("application-notice", WORKER, f"{HERE}待公示", scene.case(S.PROPOSED)),
    Row("application-confirm", REVIEWER, f"{HERE}公示与确认", scene.case(S.PUBLICISED)),
    Row("application-refuse", REVIEWER, f"{HERE}公示与确认", scene.case(S.PUBLICISED)),
    Row("application-survey", REVIEWER, f"{HERE}公示与确认", scene.case(S.PUBLICISED)),
    Row("application-pause", WORKER | REVIEWER, f"{HERE}待调查", scene.case(S.ACCEPTED)),
    Row("application-resume", WORKER | REVIEWER, f"{HERE}待初审", scene.paused),
    Row("saved-filters", CASES, "常用筛选"),
    Row("plain-confirm", REVIEWER, "能一起确认的条件"),
    Row("notices-post", WORKER, f"{HERE}待公示"),
    Row("application-letter", CASES, f"{HERE}不予确认", scene.case(S.REFUSED)),
    # Check, township's work, objections, delegation, spot checks
    Row("application-check", WORKER, f"{HERE}待调查", scene.case(S.ACCEPTED)),
    Row("application-check-answer", WORKER, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("application-check-rest", WORKER, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("application-difference", WORKER, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("check-answer-raw", CASES, "查看并记录", scene.check_answer),
    Row("application-visit-form", CASES, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("application-skip-visit", WORKER, f"{HERE}待调查", scene.plain(S.ACCEPTED)),
    Row("application-appraisal", WORKER, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("application-skip-appraisal", WORKER, f"{HERE}待初审", scene.plain(S.INVESTIGATED)),
    Row("application-ask-collective", WORKER, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("application-collective", LEADER, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("application-extend", LEADER, f"{HERE}待调查", scene.case(S.ACCEPTED)),
    Row("application-objection", WORKER, f"{HERE}公示与确认", scene.case(S.PUBLICISED)),
    Row("objection-uphold", LEADER, f"{HERE}公示与确认", scene.objection),
    Row("objection-dismiss", LEADER, f"{HERE}公示与确认", scene.objection),
    Row("application-confirm-delegated", LEADER, f"{HERE}公示与确认", scene.delegated_case),
    Row("application-refuse-delegated", LEADER, f"{HERE}公示与确认", scene.delegated_case),
    Row("delegation-list", CASES, "全部案件由民政局确认"),
    Row("delegation-new", CHIEF, "授权文号"),
    Row("delegation-end", CHIEF, "收回日期", scene.delegation),
    Row("spot-check-list", CHIEF | REVIEWER | AUDITOR, "尚未参加抽取"),
    Row("spot-check-draw", CHIEF, "从 2 件中抽取"),
    Row("spot-check", CHIEF | REVIEWER | AUDITOR, "随机种子", scene.draw, countys=True),
    Row("spot-check-record", REVIEWER, "抽查情况", scene.spot_check),
    # After the decision
    Row("application-acceptance", CASES, f"{HERE}公示与确认", scene.case(S.PUBLICISED)),
    Row("application-receipt", CASES, f"{HERE}不予确认", scene.case(S.REFUSED)),
    Row("application-deliver", WORKER, f"{HERE}不予确认", scene.case(S.REFUSED)),
    Row("delivery-list", CASES, f"{HERE}不予确认"),
    Row("complaint-new", WORKER | REVIEWER, f"{HERE}不予确认", scene.case(S.REFUSED)),
    Row("complaint-list", CASES, f"{HERE}不予确认", scene.on_either_side(scene.complaint), countys=True),
    Row("complaint-detail", CASES, f"{HERE}不予确认", scene.complaint),
    Row("complaint-dismiss", REVIEWER | CHIEF, f"{HERE}不予确认", scene.complaint),
    Row("complaint-reopen", REVIEWER | CHIEF, f"{HERE}不予确认", scene.complaint),
    Row("complaint-complainant", REVIEWER | CHIEF, "查看并记录", scene.complaint),
    Row("revocation-new", WORKER | REVIEWER, f"{HERE}已确认", scene.case(S.CONFIRMED)),
    Row("revocation-list", CASES, f"{HERE}已确认", scene.on_either_side(scene.revocation), countys=True),
    Row("revocation-detail", CASES, f"{HERE}已确认", scene.revocation),
    Row("revocation-confirm", CHIEF, f"{HERE}已确认", scene.revocation),
    Row("revocation-reject", CHIEF, f"{HERE}已确认", scene.revocation),
    Row("revocation-letter", CASES, f"{HERE}已确认", scene.revoked),
    Row("ending-new", WORKER, f"{HERE}特困", scene.tekun),
    Row("ending-list", CASES, f"{HERE}特困", scene.on_either_side(scene.ending(after.ending)), countys=True),
    Row("ending-detail", CASES, f"{HERE}特困", scene.ending(after.ending)),
    Row("ending-post", WORKER, f"{HERE}特困", scene.ending(after.ending)),
    Row("ending-poster", CASES | ASSISTANT, f"{HERE}特困", scene.ending(after.ending_posted), public=True),
    Row("ending-confirm", REVIEWER, f"{HERE}特困", scene.ending(after.ending_posted)),
    Row("ending-drop", WORKER | REVIEWER, f"{HERE}特困", scene.ending(after.ending_posted)),
    Row("ending-deliver", WORKER, f"{HERE}特困", scene.ending(after.ended)),
    Row("ending-letter", CASES, f"{HERE}特困", scene.ending(after.ended)),
    Row("disclosure-index", CASES | ASSISTANT, "最近张贴"),
    Row("disclosure-sheet", CASES | ASSISTANT, f"{HERE}已确认", scene.village, public=True),
    Row("disclosure-table", CASES | ASSISTANT, "xl/workbook.xml", scene.village),
    Row("disclosure-displayed", WORKER | ASSISTANT, "站前社区公示栏", scene.village),
    Row("notice-list", CASES | ASSISTANT, f"{HERE}公示与确认", public=True),
    Row("notice-poster", CASES | ASSISTANT, f"{HERE}公示与确认", scene.notice, public=True),
    Row("poster-preview", CASES, f"{HERE}待公示", scene.case(S.PROPOSED)),
    Row("search", FAMILIES, "输入要找的内容"),
    Row("application-consent", WORKER, "家庭经济状况核对授权书", scene.case(S.DRAFT)),
    Row("document-attach", WORKER, "重新编码", scene.case(S.SUBMITTED)),
    Row("document-open", CASES, "JFIF", scene.document, post_only=True),
    Row("document-preview", CASES, "JFIF", scene.document),
    Row("document-remove", WORKER, "已移除", scene.draft_document, post_only=True),
    Row("lead-list", CASES | ASSISTANT, scene.LEAD, scene.leads, countys=True),
    Row("lead-new", WORKER | ASSISTANT, "怎么知道的"),
    Row("lead-detail", CASES | ASSISTANT, "房顶漏雨", scene.lead),
    Row("lead-phone", CASES, "查看并记录", scene.lead),
    Row("lead-contact", WORKER, "登记联系情况", scene.lead),
    Row("lead-apply", WORKER, "建立申请草稿", scene.lead),
    Row("lead-close", WORKER, "了结线索", scene.lead),
    # Families
    Row("household-list", FAMILIES, f"{HERE}已确认"),
    Row("household-detail", FAMILIES, f"{HERE}已确认", scene.of_family("household")),
    Row("household-payments", FAMILIES, f"{HERE}已确认", scene.of_family("household")),
    Row("household-address", REVEALS, "查看并记录", scene.of_family("household")),
    Row("person-id-number", REVEALS, "查看并记录", scene.of_family("household.head")),
    Row("account-number", REVEALS, "查看并记录", scene.of_family("household.accounts")),
    Row("account-new", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("account-approve", LEADER | REVIEWER, f"{HERE}待受理", scene.proposed_account),
    Row("account-reject", LEADER | REVIEWER, f"{HERE}待受理", scene.proposed_account),
    Row("account-list", LEADER | REVIEWER, f"{HERE}已确认", scene.changed_accounts, countys=True),
    Row("review-start", WORKER, f"{HERE}已确认", scene.of_family("household"), post_only=True),
    # The life of a family
    Row("family-change", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("family-correction", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("family-death", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("family-work-refusal", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("family-relocate", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("family-split", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("family-merge", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("family-interruption", WORKER, f"{HERE}已确认", scene.of_family("household")),
    Row("family-as-of", FAMILIES, f"{HERE}已确认", scene.of_family("household")),
    Row("application-documents", CASES, "材料", scene.case(S.INVESTIGATED)),
    Row("application-changes", CASES, f"{HERE}待初审", scene.case(S.INVESTIGATED)),
    Row("family-differences", FAMILIES, f"{HERE}已确认", scene.of_family("household")),
    Row("relocation-list", CASES, f"{HERE}迁来", scene.relocations, countys=True),
    Row("relocation-accept", WORKER, f"{HERE}迁来", scene.relocation),
    Row("relocation-decline", WORKER, "退回迁入", scene.relocation),
    Row("interruption-list", CASES, f"{HERE}已确认", scene.interruptions, countys=True),
    Row("interruption-approve", REVIEWER, f"{HERE}已确认", scene.interruption),
    Row("interruption-decline", REVIEWER, f"{HERE}已确认", scene.interruption),
    Row("reviews-due", CASES, "复核到期"),
    Row("reviews-start", WORKER, "请先勾选", post_only=True),
    Row("watch-list", CASES, f"{HERE}不予确认"),
    Row("birthday-list", FAMILIES, "生日提醒"),
    Row("assessment-sheet", FAMILIES, f"{HERE}已确认", scene.of_family("assessment")),
    # Awards and months
    Row("award-list", FAMILIES, f"{HERE}已确认"),
    Row("award-detail", FAMILIES, f"{HERE}已确认", scene.of_family("household.awards")),
    Row("month-list", MONTHS, "2024年6月尚未核定"),
    Row("month-open", MAKER, "开始核定 2024年6月"),
    Row("month-detail", MONTHS, "2024年6月核定", scene.run, countys=True),
    Row("month-progress", MONTHS, "核定进度", scene.opened_run, countys=True),
    Row("month-confirm", CHECKER | CHIEF, "确认2024年6月核定", scene.run, countys=True),
    Row("month-void", CHIEF, "作废2024年6月核定", scene.run, countys=True),
    Row("month-set-aside", MONTHS, "2024年6月搁置户", scene.run_with_aside, countys=True),
    Row("month-looked", REVIEWER | CHECKER | CHIEF, "不需要填写", scene.run, countys=True),
    Row("month-line", MONTHS, "这个月为什么是这个数", scene.line_of_run),
    Row("unit-hold", REVIEWER | CHECKER | CHIEF, "留核的理由", scene.line_of_run),
    Row("unit-release", REVIEWER | CHECKER | CHIEF, "查清的情况", scene.aside, countys=True),
    Row("month-recompute", MONTHS, "2024年6月重算比对", scene.run, countys=True),
    Row("month-retry", MAKER, "全部重新核定", scene.run_with_aside, countys=True),
    Row("unit-retry", MAKER, "重新核定这一户", scene.aside, countys=True),
    Row("unit-exclude", CHECKER | CHIEF, "不列入的理由", scene.aside, countys=True),
    Row("what-if-list", CHIEF | REVIEWER | AUDITOR, "逐户试算"),
    Row("what-if-new", CHIEF, "测算哪个月"),
    Row("what-if-detail", CHIEF | REVIEWER | AUDITOR, "届时原值", scene.what_if, countys=True),
    Row("what-if-progress", CHIEF | REVIEWER | AUDITOR, "测算进度", scene.what_if, countys=True),
    Row("what-if-export", CHIEF | REVIEWER | AUDITOR, "家庭编号", scene.what_if, countys=True),
    # Payments
    Row("month-draw", MAKER, "编制2024年6月批次", scene.confirmed_run, countys=True),
    Row("month-draw-rest", MAKER, "补编2024年6月批次", scene.sealed_run, countys=True),
    Row("batch-list", MONEY, "发放批次", scene.failed, countys=True),
    Row("batch-detail", MONEY, "2,792.00", scene.batch(B.DRAFT), countys=True),
    Row("batch-lines", MONEY, f"{HERE}已确认", scene.batch(B.DRAFT), countys=True),
    Row("batch-freeze", MAKER, "送审 2 笔", scene.batch(B.DRAFT), countys=True),
    Row("batch-findings", MONEY, "查了什么", scene.batch(B.DRAFT), countys=True),
    Row("batch-clear", CHECKER | CHIEF, "核销所选疑点", money.doubted_batch(), countys=True),
    Row("batch-override", CHECKER | CHIEF, "同意放行所选疑点", money.doubted_batch(1), countys=True),
    Row("batch-decline", CHECKER | CHIEF, "不同意放行所选疑点", money.doubted_batch(1), countys=True),
    Row("batch-take-out", MAKER, "移出所选支付", scene.batch(B.DRAFT), countys=True),
    Row("batch-roster", MONEY, "花名册", scene.batch(B.DRAFT), countys=True),
    Row("batch-no-answer", MAKER, "登记银行未答复", scene.batch(B.SUBMITTED), countys=True),
    Row("unknown-list", MONEY, "查明前不能重新发放", money.silent, countys=True),
    Row("payment-settle", MAKER, "银行处理日期", money.silent_payment, countys=True),
    Row("settlement-approve", CHECKER, "农商行书面答复", money.settlement, countys=True),
    Row("settlement-reject", CHECKER, "农商行书面答复", money.settlement, countys=True),
    Row("fund-list", MONEY, "批准批次时占用", money.funds(), countys=True),
    Row("fund-new", MAKER, "指标文号"),
    Row("fund-approve", CHECKER, "吉财社〔2024〕9号", money.funds("pk"), countys=True),
    Row("fund-reject", CHECKER, "吉财社〔2024〕9号", money.funds("pk"), countys=True),
    Row("waiting-list", MONEY, "待我核准"),
    Row("payment-settings", MONEY, "共用账户登记", money.settings(), countys=True),
    Row("limit-new", CHIEF, "依据"),
    Row("limit-approve", CHECKER, "局务会纪要", money.settings(Limit), countys=True),
    Row("limit-reject", CHECKER, "局务会纪要", money.settings(Limit), countys=True),
    Row("shared-new", MAKER, "有效期至"),
    Row("shared-approve", CHECKER, "新站镇敬老院", money.settings(SharedAccount), countys=True),
    Row("shared-reject", CHECKER, "新站镇敬老院", money.settings(SharedAccount), countys=True),
    Row("batch-refresh", MAKER, "更新账户", scene.batch(B.DRAFT), countys=True),
    Row("batch-cancel", MAKER, "撤销批次", scene.batch(B.DRAFT), countys=True),
    Row("batch-approve", CHECKER, "批准 2 笔", scene.batch(B.FROZEN), countys=True),
    Row("batch-send-back", CHECKER | CHIEF, "退回编制", scene.batch(B.FROZEN), countys=True),
    Row("batch-release", CHIEF, "放行 2 笔", scene.batch(B.APPROVED), countys=True),
    Row("batch-download", MAKER, "下载银行文件", scene.batch(B.SEALED), countys=True),
    Row("batch-submit", MAKER, "已送银行 2 笔", scene.batch(B.SEALED), countys=True),
    Row("batch-return", MAKER, "导入回盘", scene.batch(B.SUBMITTED), countys=True),
    Row("batch-simulate", MAKER, "生成并下载回盘文件", scene.batch(B.SUBMITTED), countys=True),
    Row("batch-close", CHECKER, "关闭 2 笔", scene.batch(B.RECONCILED), countys=True),
    Row("return-file", MONEY, "银行回盘文件", scene.return_file, countys=True),
    # Bank files and return files
    Row("batch-download-again", MAKER, "申请再次下载", scene.batch(B.SEALED), countys=True),
    Row("batch-slip", MONEY, "社会救助资金拨付单", scene.batch(B.SEALED), countys=True),
    Row("batch-late-return", MAKER, "导入退票", scene.batch(B.RECONCILED), countys=True),
    Row("batch-simulate-late", MAKER, "生成并下载退票文件", scene.batch(B.RECONCILED), countys=True),
    Row("handout-grant", CHECKER | CHIEF, "同意再次下载", bank_scene.handout, countys=True),
    Row("handout-refuse", CHECKER | CHIEF, "不同意再次下载", bank_scene.handout, countys=True),
    Row("late-return-new", MAKER, "登记退票", bank_scene.arrived, countys=True),
    Row("late-return-approve", CHECKER, "确认退票", bank_scene.late_return, countys=True),
    Row("late-return-reject", CHECKER, "退回登记", bank_scene.late_return, countys=True),
    Row("alarm-list", CHIEF | AUDITOR, "多出 1 笔", bank_scene.alarmed, countys=True),
    Row("alarm-detail", CHIEF | AUDITOR, "多出 1 笔", bank_scene.alarm, countys=True),
    Row("alarm-resolve", CHIEF, "登记查明情况", bank_scene.alarm, countys=True),
    Row("agency-list", MONEY, "代发银行"),
    Row("agency-new", CHIEF, "启用日期"),
    Row("agency-approve", CHECKER, "核准代发银行", bank_scene.agency, countys=True),
    Row("agency-reject", CHECKER, "退回代发银行", bank_scene.agency, countys=True),
    # 价格临时补贴
    Row("price-index-list", MONTHS, "6.50%", prices.listed, countys=True),
    Row("price-index-new", CHIEF, "食品价格同比涨幅"),
    Row("price-index", MONTHS, "吉调字〔2024〕6号", prices.index(), countys=True),
    Row("price-index-correct", CHIEF, "更正公布日期", prices.index(approved=True), countys=True),
    Row("price-index-approve", CHECKER, "请对照公布文件", prices.index(), countys=True),
    Row("price-index-reject", CHECKER, "吉调字〔2024〕6号", prices.index(), countys=True),
    Row("subsidy-correct", REVIEWER, "多发的按户编成一件", prices.index(approved=True), countys=True),
    Row("subsidy-start", MAKER, "一个人一个月只有一份", prices.index(approved=True), countys=True),
    Row("subsidy-run", MONTHS, "城市每人", prices.run(), countys=True),
    Row("subsidy-confirm", CHECKER | CHIEF, "的应发明细并记账", prices.run(), countys=True),
    Row("subsidy-reject", CHECKER | CHIEF, "2024年6月价格临时补贴", prices.run(), countys=True),
    Row("subsidy-draw", MAKER, "编制批次，2 笔", prices.run(confirmed=True), countys=True),
    Row("failed-list", FAMILIES, f"{HERE}已确认", scene.failed, countys=True),
    Row("payment-reissue", MAKER, "编制重新发放批次", scene.failed, countys=True),
    # Months that turn out otherwise, and what is owed back
    Row("recalculation-list", FAMILIES, f"{HERE}已确认", back.recalculated, countys=True),
    Row("correction-new-many", WORKER | REVIEWER, "整批提出"),
    Row("correction-new", WORKER | REVIEWER, f"{HERE}已确认", back.to_recalculate),
    Row("correction-detail", FAMILIES, f"{HERE}已确认", back.correction),
    Row("correction-confirm", CHIEF, f"{HERE}已确认", back.correction),
    Row("correction-reject", CHIEF, f"{HERE}已确认", back.correction),
    Row("receivable-list", FAMILIES, f"{HERE}已确认", scene.on_either_side(back.receivable()), countys=True),
    Row("receivable-detail", FAMILIES, f"{HERE}已确认", back.receivable()),
    Row("receivable-letter", FAMILIES, f"{HERE}已确认", back.receivable()),
    Row("receivable-notify", WORKER, f"{HERE}已确认", back.receivable()),
    Row("receivable-hear", WORKER, f"{HERE}已确认", back.receivable("NOTIFIED")),
    Row("receivable-plan", WORKER, f"{HERE}已确认", back.receivable("HEARD")),
    Row("receivable-repay", MAKER, f"{HERE}已确认", back.receivable("AGREED")),
    Row("receivable-offset", MAKER, f"{HERE}已确认", back.receivable("AGREED")),
    Row("receivable-write-off", WORKER | MAKER, f"{HERE}已确认", back.receivable()),
    Row("receivable-write-off-approve", CHIEF, f"{HERE}已确认", back.receivable("PROPOSED")),
    Row("receivable-write-off-reject", CHIEF, f"{HERE}已确认", back.receivable("PROPOSED")),
    Row("household-statement", FAMILIES, f"{HERE}已确认", scene.of_family("household")),
    Row("household-statement-print", FAMILIES, f"{HERE}已确认", scene.of_family("household")),
    Row("household-statement-export", FAMILIES, "xl/workbook.xml", scene.of_family("household")),
    # Statistics
    Row("report-month", FAMILIES, "统计月报"),
    Row("report-print", FAMILIES, "社会救助基本情况统计表", scene.frozen, countys=True),
    Row("report-sheet", FAMILIES, "xl/worksheets/sheet1.xml", scene.frozen, countys=True),
    Row("report-lines", FAMILIES, f"{HERE}已确认", scene.frozen, countys=True),
    Row("report-lines-export", WORKER | LEADER | REVIEWER | CHIEF, "导出并记录", scene.frozen, countys=True),
    Row("report-trends", FAMILIES, "统计趋势"),
    Row("report-casework", FAMILIES, "现在在办"),
    Row("report-cases", CASES, f"{HERE}不予确认"),
    Row("report-cases-export", WORKER | LEADER | REVIEWER | CHIEF, "导出并记录"),
    # Partner bureaus: what is opened to them, and what they were told
    Row("partner-list", ADMINS | CHIEF, "部门接口"),
    Row("partner-new", ADMIN, "单位名称"),
    Row("partner-detail", ADMINS | CHIEF, "蛟政数〔2024〕3号", scene.partner, countys=True),
    Row("client-new", ADMIN, "开设并显示凭证", scene.partner, countys=True),
    Row("client-renew", ADMIN, "更换并显示新凭证", scene.program, countys=True),
    Row("client-close", ADMIN, "不能恢复", scene.program, countys=True),
    Row("grant-new", SECURITY, "依据文号", scene.program, countys=True),
    Row("grant-approve", CHIEF, "批准这项授权", scene.grant, countys=True),
    Row("grant-reject", CHIEF, "不批准", scene.grant, countys=True),
    Row("grant-revoke", SECURITY | CHIEF, "立即收回", scene.standing_grant, countys=True),
    Row("disclosure-list", CHIEF | AUDITOR, "医疗保障局", scene.told, countys=True),
    Row("disclosure-detail", CHIEF | AUDITOR, f"{HERE}已确认", scene.disclosure, countys=True),
    Row("household-disclosures", FAMILIES, f"{HERE}已确认", scene.of_family("household")),
    Row("api-docs", EVERYBODY, "api-docs"),
    Row("api-schema", EVERYBODY, "partnerToken"),
    # Interfaces
    Row("api-assessments", EVERYBODY, '"case"', post_only=True, api=True),
    Row("api-timelines", EVERYBODY, '"case"', post_only=True, api=True),
]
