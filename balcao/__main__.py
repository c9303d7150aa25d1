"""``python -m balcao`` is ``balcao``."""

from balcao.cli import main

main()
