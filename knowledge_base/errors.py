"""What can go wrong in this room, as the user reads it."""

from core.errors import HotlineError


class EntryInvalid(HotlineError):
    """知识库文件 {file} 第 {where} 条有误:{what}。请改正后重试。"""


class EntryUnknown(HotlineError):
    """知识库里没有编号为 {id} 的条目。请用 hotline kb list 查看。"""


class EntryExists(HotlineError):
    """编号 {id} 已经有条目了。请换一个编号,或打开原条目修改。"""


class VersionUnknown(HotlineError):
    """条目 {id} 没有第 {version} 版。请用 hotline kb show {id} 查看它的各个版本。"""


class FieldsWrong(HotlineError):
    """条目 {id} 不能保存:{what}。请改正后重试。"""


class NotReady(HotlineError):
    """条目 {id} 还不能{step}:{what}。请改正后重试。"""


class StepRefused(HotlineError):
    """条目 {id} 不能{step}:{what}。"""


class EditedMeanwhile(HotlineError):
    """条目 {id} 在您编辑时已被{who}改成第 {theirs} 版。您写的内容已另存为第 {kept} 版(旁存),没有丢失。
    请对照差异后再保存([-…-] 是对方写的,{{+…+}} 是您写的):
    {differences}
    """


class ChangedMeanwhile(HotlineError):
    """条目 {id} 刚刚被{who}改动,已不是您看到的第 {version} 版。请重新打开后再{step}。"""


class AttachmentRefused(HotlineError):
    """附件“{name}”不能上传:{what}。"""


class AttachmentUnknown(HotlineError):
    """条目 {id} 没有名为“{name}”的附件。请用 hotline kb show {id} 查看。"""


class AttachmentDamaged(HotlineError):
    """条目 {id} 的附件“{name}”已丢失或损坏,无法打开。请从备份恢复附件目录,或重新上传。"""


class AttachmentNamed(HotlineError):
    """附件“{name}”不能删除:条目 {id} 的第 {versions} 版还用着它。请改从条目的附件里去掉这个名字,旧版仍可查看。"""


class PublicationFailed(HotlineError):
    """发布没有完成,来电人听到的仍是原来的答复:{what}。请处理后重新发布。"""


class EntryDamaged(HotlineError):
    """记录库里条目 {id} 第 {version} 版的内容已损坏,读不出来:{what}。请从备份恢复记录库。"""


class NothingPublished(HotlineError):
    """知识库里没有已发布的条目,热线无从作答。请先用 hotline kb publish 发布,或在 [knowledge] folder 给出条目。"""


class GapUnknown(HotlineError):
    """没有编号为 {id} 的没答上来的问题。请用 hotline kb gaps 查看。"""


class GapRefused(HotlineError):
    """您不能{step}第 {id} 号问题:{what}。"""


class GapNotPending(HotlineError):
    """第 {id} 号问题的状态是“{state}”,不用再处理。请用 hotline kb gaps show {id} 查看经过。"""


class GapIncomplete(HotlineError):
    """第 {id} 号问题还办不了:{what}。"""


class QuestionUnknown(HotlineError):
    """第 {id} 号问题里没有编号为 {numbers} 的来电问法。请用 hotline kb gaps show {id} 查看。"""
