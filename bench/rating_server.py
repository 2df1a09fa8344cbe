"""The rating routes in a process of their own, without the rest of the site, for load and kills.

    python -m bench.rating_server PORT           serves (settings as for the app)
    python -m bench.rating_server PORT --again   for each line on stdin starts one more such
                                                 process and prints its id

Loading the libraries takes longer than hundreds of votes. `--again` loads them once and forks the
servers from there, so that they can be killed often; each opens its own database and socket.
"""

from __future__ import annotations

import os
import sys

import uvicorn
from fastapi import FastAPI

from evaluation.studies.collecting.store import StudyStore
from restoration.settings import settings
from ui.panels import PanelStore
from ui.rate.pictures import StudyPictures
from ui.rate.routes import rating_routes


def main() -> None:
    """Serve until killed, or start those that do."""
    if "--again" not in sys.argv:
        serve()
        return
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            serve()
            return
        print(child, flush=True)
        os.waitpid(child, 0)


def serve() -> None:
    """Open the store and answer."""
    configuration = settings()
    store = StudyStore.open(configuration)
    panels = PanelStore(configuration.data_dir / "panels")
    pictures = StudyPictures(store, panels, configuration.keep_minutes * 60)
    app = FastAPI(openapi_url=None)
    app.include_router(rating_routes(store, pictures))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")


if __name__ == "__main__":
    main()
