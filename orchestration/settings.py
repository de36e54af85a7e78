"""Settings: environment variables, or a `.env` file where `ledger` is started. Read here and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, HttpUrl, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

if TYPE_CHECKING:
    from extraction import llm

PROJECT = Path(__file__).resolve().parents[1]
DBT_PROJECT = PROJECT / "dbt"
SEEDS = DBT_PROJECT / "seeds"
DEFAULT_HOME = PROJECT / "warehouse" / "data"
SAMPLE = PROJECT / "sources" / "sample"
SAMPLE_SEC_DATA_URL = "http://data.sec.example"
SEC_DATA_HOST, SEC_WWW_HOST = "data.sec.gov", "www.sec.gov"
FILINGS_WINDOW = timedelta(days=365)


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
    host_delay_s: float = Field(
        1.0, ge=0, le=60, description="Seconds between two requests to one host whose robots.txt asks for no other gap"
    )
    sec_user_agent: str | None = Field(
        None, description="Name and e-mail for the SEC, which refuses undeclared tools: 'Jane Roe jane@example.org'"
    )
    sec_data_url: HttpUrl = Field(
        HttpUrl(f"https://{SEC_DATA_HOST}"), description="Where lists of filings and company facts are asked for"
    )
    sec_www_url: HttpUrl = Field(HttpUrl(f"https://{SEC_WWW_HOST}"), description="Where the filings themselves are")
    filings_since: date | None = Field(
        None, description="Texts of filings of that day and later are fetched; a year back unless it is set"
    )
    offline: bool = Field(False, description="Only the embedded sample and the inbox: no network")
    allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="HOST or HOST:PORT, with commas: whom to ask though the address isn't public"
    )
    feeds_cron: str = Field("*/30 * * * *", description="When the feeds are checked")
    filings_cron: str = Field("0 * * * *", description="When filings are checked")
    alert_webhook: SecretStr | None = Field(None, description="Where a failed run is reported: a URL that takes JSON")
    llm_base_url: HttpUrl | None = Field(None, description="Endpoint of the second reader, off by default: …/v1")
    llm_model: str | None = Field(None, validate_default=True, description="Its model")
    llm_api_key: SecretStr | None = Field(None, description="Its key, where it asks for one")
    llm_max_requests: int = Field(200, description="What one run may ask it")
    keep_runs_days: int = Field(90, ge=1, description="How long the history of runs is kept, in days")
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

    @field_validator("allow_hosts", mode="before")
    @classmethod
    def _with_commas(cls, hosts: str | tuple[str, ...]) -> tuple[str, ...]:
        return tuple(hosts.replace(",", " ").split()) if isinstance(hosts, str) else hosts

    @field_validator("llm_model")
    @classmethod
    def _is_named(cls, model: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("llm_base_url") and not model:
            raise ValueError("name the model to ask at LEDGER_LLM_BASE_URL, or unset that")
        return model

    @field_validator("llm_api_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        told = key.get_secret_value() if key else ""
        if not (told.isascii() and told.isprintable() and " " not in told):
            raise ValueError("it has a space or a letter that no key has; copy it anew")
        return key

    @property
    def second_reader(self) -> llm.Config | None:
        """Where the second reader is, and what a run may ask it. None: it is off, or this run stays off the network."""
        from extraction import llm

        if self.offline or self.llm_base_url is None or self.llm_model is None:
            return None
        key = self.llm_api_key.get_secret_value() if self.llm_api_key else ""
        return llm.Config(str(self.llm_base_url), self.llm_model, key, self.llm_max_requests)

    @property
    def mirrors(self) -> list[str]:
        """EDGAR's stand-ins, as `HOST:PORT`: who is named here may be asked wherever it is."""
        return [f"{url.host}:{url.port}" for url in (self.sec_data_url, self.sec_www_url)]

    @property
    def watchlist(self) -> Path:
        """The folder of the YAML that says what is watched."""
        return SAMPLE if self.offline else self.config

    @property
    def filings_data_url(self) -> str:
        """Where lists of filings and company facts are asked for."""
        return SAMPLE_SEC_DATA_URL if self.offline else str(self.sec_data_url).rstrip("/")

    @property
    def filings_www_url(self) -> str | None:
        """Where filings are asked for. None: don't ask, since the SEC wants a contact, or the sample has none."""
        if self.offline or (self.sec_www_url.host == SEC_WWW_HOST and self.sec_user_agent is None):
            return None
        return str(self.sec_www_url).rstrip("/")

    @property
    def sec_contact(self) -> str | None:
        """The User-Agent for filings: the SEC itself wants a contact, a mirror doesn't. None: don't ask."""
        mirrored = self.offline or self.sec_data_url.host != SEC_DATA_HOST
        return self.sec_user_agent or (self.user_agent if mirrored else None)

    def texts_since(self, today: date) -> date:
        """Of which day and later the texts of filings are fetched."""
        return self.filings_since or today - FILINGS_WINDOW


def load() -> Settings:
    """The settings of this process.

    Raises   BadSettings with one sentence a bad setting.
    """
    try:
        return Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = [f"LEDGER_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors()]
        raise BadSettings("Settings (environment or .env): " + "; ".join(wrong)) from None
