"""What can go wrong in this room, as the user reads it."""

from core.errors import HotlineError


class TicketUnknown(HotlineError):
    """没有编号为 {number} 的工单。请核对编号,或用 hotline tickets list 查看。"""


class ErasureRefused(HotlineError):
    """工单 {number} 的个人信息现在不能删除:{why}。"""


class SubmissionEmpty(HotlineError):
    """没有写内容,也没有留联系方式。请写明什么时间、什么地方、发生了什么事,再提交一次。"""


class SubmissionDiffers(HotlineError):
    """渠道“{channel}”的编号 {key} 已经提交过,内容不一样。新的诉求请换一个编号,补充请带上原来的工单编号。"""


class PlaceCodeUnknown(HotlineError):
    """没有二维码 {code},或它已停用。请重新扫码,或直接写明地点。"""


class MailboxClosed(HotlineError):
    """邮箱 {where} 打不开:{what}。请检查网络、账号和 [mail] 配置;邮件还在邮箱里,修好后会继续收。"""


class CallBackUnknown(HotlineError):
    """没有编号为 {id} 的回拨任务。请核对编号,或用 hotline callback list 查看。"""


class StepRefused(HotlineError):
    """不能“{step}”:{why}。现在可以:{instead}。"""


class CityWrong(HotlineError):
    """城市规则 {file} 有误:{where}:{what}。请改正后重新启动。"""


class CityUnknown(HotlineError):
    """全国行政区划里没有找到唯一的城市“{name}”({hint})。请改正 hotline.toml 的 [tickets] city。"""


class CityFileInvalid(HotlineError):
    """城市地名文件 {file} 有误:{what}。格式见 docs/places.md。"""


class LettersInvalid(HotlineError):
    """来信文件 {file} 读不了,一封也没有采用:{what}。请改正后重试。"""


class LettersTooFew(HotlineError):
    """可以学习的来信太少:{what}。请用 --letters 再给一些有标注的来信。"""


class LearnedUnreadable(HotlineError):
    """模型文件 {file} 不能用:{what}。请用 hotline tickets train 重新训练。"""


class LearnedUnwritable(HotlineError):
    """模型写不到 {file}:{what}。请检查磁盘空间和目录权限,或换一个位置。"""


class DutiesInvalid(HotlineError):
    """职责清单 {file} 有 {count} 处错误,一条也没有导入:
    {what}
    请在表里改正后重新导入;格式见 hotline duties template。"""


class DutyUnknown(HotlineError):
    """职责清单里没有事项“{id}”。请用 hotline duties list 查看编号。"""


class DutiesMissing(HotlineError):
    """{when}没有生效的职责清单。请用 hotline duties versions 查看,或用 hotline duties import 导入。"""


class ProposalOpen(HotlineError):
    """还不能派单:{why}。请派单员用 hotline tickets step 编号 dispatch 写明主办单位。"""


class TemplatesWrong(HotlineError):
    """模板文件 {file} 有误:{where}:{what}。请改正后重试,字段见 docs/supervision.md。"""


class TemplateUnknown(HotlineError):
    """没有模板“{id}”。有:{ids}。"""


class ContactsWrong(HotlineError):
    """通讯录 {file} 有误:{where}:{what}。请改正后重试,格式见 docs/supervision.md。"""


class NoticeUnknown(HotlineError):
    """没有编号为 {id} 的通知。请核对编号,或用 hotline tickets notices 查看。"""


class NoticeUndelivered(HotlineError):
    """通知没有送到{to}:{what}。"""


class AttachmentRefused(HotlineError):
    """附件 {name} 不能收:{what}。"""


class AttachmentUnknown(HotlineError):
    """工单 {ticket} 没有编号为 {id} 的附件,或者它已被删除。请用 hotline tickets attachments {ticket} 查看。"""


class AttachmentHidden(HotlineError):
    """工单 {ticket} 的附件 {id} 不能原样给“{role}”看:附件遮不住个人信息。中心人员请用 --reason 写明理由。"""


class AttachmentDamaged(HotlineError):
    """工单 {ticket} 的附件 {id} 在磁盘上已丢失或损坏。请从备份恢复。"""


class CorrectionWrong(HotlineError):
    """不能把{field}改成“{to}”:{what}。"""


class ModelNotOfThis(HotlineError):
    """模型文件 {file} 学的是{field},不能用来判断{wanted}。请用 hotline tickets train --field {needed} 训练。"""


class HolidaysInvalid(HotlineError):
    """节假日文件 {file} 有误:{what}。格式见 docs/appeals.md。"""
