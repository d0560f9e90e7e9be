import subprocess
import sys

HEAVY = ("scipy", "sklearn", "pandas", "pypinyin.pinyin_dict", "openpyxl", "pyspark")
PROGRAM = f"import django, sys; django.setup(); print([name for name in {HEAVY!r} if name in sys.modules])"


def test_nothing_that_only_models_and_imports_need_is_loaded_at_every_start():
    started = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "[]"
