"""Version: of this program, as every export and CHANGELOG.md name it."""

VERSION = "0.1.0"
