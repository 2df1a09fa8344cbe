"""Settings from the environment (prefix `RR_`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_PASSWORD = 12


class Settings(BaseSettings):
    """Every setting of the app and the command lines; a test compares the documented table."""

    model_config = SettingsConfigDict(env_prefix="RR_", frozen=True)

    host: str = Field("127.0.0.1", description="Address the app listens on; 0.0.0.0 on a Space.")
    port: int = Field(7860, ge=0, le=65535, description="Port the app listens on.")
    data_dir: Path = Field(
        Path(".data"), description="Where uploads, jobs and downloaded weights live."
    )
    offline: bool = Field(False, description="Never fetch weights; say where to put them instead.")
    max_file_mb: int = Field(200, gt=0, description="Largest file taken, in MB.")
    max_page_megapixels: float = Field(60.0, gt=0, description="Largest page taken, in megapixels.")
    max_pages: int = Field(1000, gt=0, description="Most pages in one file.")
    max_files: int = Field(50, gt=0, description="Most files in one upload.")
    max_upload_mb: int = Field(1000, gt=0, description="Largest upload of all files, in MB.")
    decode_seconds: float = Field(
        20.0,
        gt=0,
        description="Longest processor time to decode one page; three times that by the clock.",
    )
    pdf_dpi: int = Field(
        300, ge=36, le=1200, description="Resolution for PDF pages that are not one scan."
    )
    keep_minutes: float = Field(
        30.0, gt=0, description="How long a finished job is kept after it was last looked at."
    )
    keep_runs_days: float = Field(
        7.0, gt=0, description="How many days a comparison is kept after it was last looked at."
    )
    max_runs_gb: float = Field(
        20.0, gt=0, description="Room for comparisons and their images, in GB."
    )
    max_queue: int = Field(20, gt=0, description="Most jobs that wait at one time.")
    studies_dir: Path | None = Field(
        None,
        description="Where rating studies live; by default `studies` in the data folder.",
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Database of the studies, such as postgresql://USER:PASSWORD@HOST/NAME; "
        "empty: an SQLite file in the folder of studies.",
    )
    owner_password: SecretStr = Field(
        SecretStr(""),
        description="Password of the account `owner` of study administration, of 12 characters "
        "or more; empty: accounts are made by `python -m evaluation studies account`.",
    )
    threads: int = Field(0, ge=0, description="Threads for a model; 0 takes every core.")

    @field_validator("owner_password")
    @classmethod
    def _long_enough(cls, password: SecretStr) -> SecretStr:
        if 0 < len(password.get_secret_value()) < SHORTEST_PASSWORD:
            raise ValueError(f"a password of {SHORTEST_PASSWORD} characters or more")
        return password

    @property
    def studies_folder(self) -> Path:
        """Where rating studies live, absolute."""
        return (self.studies_dir or self.data_dir / "studies").resolve()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
