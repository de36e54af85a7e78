"""Settings: environment variables, or a `.env` file where `ledger` is started. Read here and nowhere else."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]
DBT_PROJECT = PROJECT / "dbt"
SEEDS = DBT_PROJECT / "seeds"
DEFAULT_HOME = PROJECT / "warehouse" / "data"
SAMPLE = PROJECT / "sources" / "sample"
SAMPLE_SEC_URL = "http://data.sec.example"
SEC_HOST = "data.sec.gov"


class BadSettings(RuntimeError):
    """A setting can't be used; the message names it and says what to set."""


class Settings(BaseSettings):
    """Everything that a user may set; each default works without a key and without a service."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(DEFAULT_HOME, description="Data home: archive, warehouse, snapshots, run history")
    config: Path = Field(PROJECT / "sources", description="Folder of feeds.yaml and companies.yaml")
    user_agent: str = Field(
        "compute-ledger/0.1 (feed reader)", description="How feeds and pages see us; add a contact of yours"
    )
    sec_user_agent: str | None = Field(
        None, description="Name and e-mail for the SEC, which refuses undeclared tools: 'Jane Roe jane@example.org'"
    )
    sec_data_url: HttpUrl = Field(HttpUrl(f"https://{SEC_HOST}"), description="Where company facts are asked for")
    offline: bool = Field(False, description="Only the embedded sample and the inbox: no network")
    feeds_cron: str = Field("*/30 * * * *", description="When the feeds are checked")
    filings_cron: str = Field("0 * * * *", description="When filings are checked")
    alert_webhook: SecretStr | None = Field(None, description="Where a failed run is reported: a URL that takes JSON")
    llm_base_url: HttpUrl | None = Field(None, description="Endpoint of the second reader, off by default: …/v1")
    llm_model: str | None = Field(None, description="Its model")
    llm_api_key: SecretStr | None = Field(None, description="Its key, where it asks for one")
    llm_max_requests: int = Field(200, description="What one run may ask it")
    ui_port: int = Field(3000, description="Port of the Dagster web UI on 127.0.0.1")
    docs_port: int = Field(3001, description="Port of the Data Docs on 127.0.0.1")

    @field_validator("home", "config")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @field_validator("config")
    @classmethod
    def _has_lists(cls, folder: Path) -> Path:
        if not (folder / "feeds.yaml").is_file():
            raise ValueError(f"there is no feeds.yaml in {folder}; copy the one in sources/ and edit it")
        return folder

    @property
    def watchlist(self) -> Path:
        """The folder of the YAML that says what is watched."""
        return SAMPLE if self.offline else self.config

    @property
    def filings_url(self) -> str:
        """Where company facts are asked for."""
        return SAMPLE_SEC_URL if self.offline else str(self.sec_data_url).rstrip("/")

    @property
    def sec_contact(self) -> str | None:
        """The User-Agent for filings: the SEC itself wants a contact, a mirror doesn't. None: don't ask."""
        mirrored = self.offline or self.sec_data_url.host != SEC_HOST
        return self.sec_user_agent or (self.user_agent if mirrored else None)


def load() -> Settings:
    """The settings of this process.

    Raises   BadSettings with one sentence a bad setting.
    """
    try:
        return Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = [f"LEDGER_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors()]
        raise BadSettings("Settings (environment or .env): " + "; ".join(wrong)) from None
