"""The rating routes in a process of their own, without the rest of the site, for load and kills.

python -m bench.rating_server PORT      (settings as for the app)
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI

from evaluation.studies.store import StudyStore
from restoration.settings import settings
from ui.panels import PanelStore
from ui.rate.routes import rating_routes


def main() -> None:
    """Serve until killed."""
    configuration = settings()
    store = StudyStore.open(configuration)
    panels = PanelStore(configuration.data_dir / "panels")
    app = FastAPI(openapi_url=None)
    app.include_router(rating_routes(store, panels))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")


if __name__ == "__main__":
    main()
