"""What can go wrong with a sheet as a whole, as the user reads it."""

from core.errors import HotlineError


class SheetUnreadable(HotlineError):
    """表格 {name} 无法读取:{what}。"""


class SheetFaulty(HotlineError):
    """表格 {name} 有 {count} 处问题,一条也没有导入。请按列出的行和栏改正后重新导入。"""


class TooLongForSheet(HotlineError):
    """条目 {id} 的“{column}”有 {length} 个字,超过 Excel 一格能放的 {most} 个字。请导出为 CSV 或 JSON。"""
