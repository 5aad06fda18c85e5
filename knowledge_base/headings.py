"""What an editor calls the fields of an entry."""

HEADINGS = {
    "id": "编号",
    "topic": "领域",
    "subject": "事项",
    "aspect": "方面",
    "short": "简称",
    "question": "问题",
    "asked": "问法",
    "spoken": "口语答复",
    "text": "正文",
    "materials": "材料",
    "place": "办理地点",
    "hours": "办理时间",
    "telephone": "电话",
    "department": "责任部门",
    "source": "来源文件",
    "basis": "法律依据",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
    "areas": "适用区域",
    "tags": "标签",
    "related": "相关条目",
    "attachments": "附件",
}
"""Name of a field → its heading in sheets, messages and pages, in the order in which editors read them."""


def heading(field: str) -> str:
    """Return the heading of `field`, or `field` itself where it has none."""
    return HEADINGS.get(field, field)
