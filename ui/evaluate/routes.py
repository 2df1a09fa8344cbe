"""Plain addresses of a run: progress, comparisons, cells, pictures, downloads; and the plots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from evaluation.exports import board_frame, board_latex, csv_bytes, parquet_bytes
from evaluation.figures.browser import figure_record, plot_script, plot_script_name
from evaluation.overview import pair_figures, pair_sentence
from evaluation.report.document import report_html
from restoration.errors import UnknownModel, UnreadableFile, UsageError
from ui.answers import EACH_TIME, FOR_GOOD, PRIVATE, Statuses, answered
from ui.evaluate.cells import cells_view
from ui.evaluate.desk import RunDesk, SharedRun
from ui.evaluate.opened import OpenedRuns
from ui.evaluate.pictures import PictureDesk
from ui.evaluate.views import chosen, overview_view, picture_view, progress_view

STATUSES: Statuses = (
    (SharedRun, 403),
    (UnreadableFile, 404),
    (UnknownModel, 404),
    (UsageError, 422),
)
Names = Annotated[list[str], Query(max_length=64)]


def run_routes(desk: RunDesk, opened: OpenedRuns, pictures: PictureDesk) -> APIRouter:
    """Routes below `/runs/{id}`; a refusal is the error's parts as JSON."""
    router = APIRouter(prefix="/runs", include_in_schema=False)
    _steering(router, desk)
    _comparing(router, desk, opened)
    _looking(router, desk, opened, pictures)
    _taking_away(router, desk, opened)
    return router


def plot_routes() -> APIRouter:
    """The script that draws figures, under a name that changes with it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/evaluate-plots")
    def name() -> JSONResponse:
        return JSONResponse({"address": plot_script_name()}, headers=EACH_TIME)

    @router.get(f"/{plot_script_name()}")
    def script() -> Response:
        return Response(plot_script(), 200, FOR_GOOD, "text/javascript; charset=utf-8")

    return router


def _steering(router: APIRouter, desk: RunDesk) -> None:
    @router.get("/{id}")
    def progress(id: str) -> Response:
        return _answer(lambda: progress_view(desk, desk.case(id)))

    @router.post("/{id}/cancel")
    def cancel(id: str) -> Response:
        return _answer(lambda: _done(desk.cancel, id))

    @router.post("/{id}/resume")
    def resume(id: str) -> Response:
        return _answer(lambda: _done(desk.resume, id))

    @router.delete("/{id}")
    def delete(id: str) -> Response:
        return _answer(lambda: _done(desk.delete, id))


def _comparing(router: APIRouter, desk: RunDesk, opened: OpenedRuns) -> None:
    @router.get("/{id}/overview")
    def overview(id: str, metric: str = "", on: Names = []) -> Response:  # noqa: B006
        def compare() -> dict[str, Any]:
            case = desk.case(id)
            table = opened.table(case)
            shown = opened.overview(case, metric or table.metrics[0], chosen(on))
            return overview_view(table, shown)

        return _answer(compare)

    @router.get("/{id}/pair")
    def pair(id: str, metric: str, first: str, second: str, on: Names = []) -> Response:  # noqa: B006
        def compare() -> dict[str, Any]:
            case = desk.case(id)
            board = opened.overview(case, metric, chosen(on)).board
            _, figures = pair_figures(opened.table(case), metric, first, second)
            return {
                "sentence": pair_sentence(board, first, second),
                "figures": {name: figure_record(each) for name, each in figures.items()},
            }

        return _answer(compare)

    @router.get("/{id}/cells")
    def cells(
        id: str, find: str = "", sort: str = "", falling: bool = False, start: int = 0
    ) -> Response:
        return _answer(
            lambda: cells_view(
                opened.table(desk.case(id)), find[:200], sort, falling, max(start, 0)
            )
        )


def _looking(router: APIRouter, desk: RunDesk, opened: OpenedRuns, pictures: PictureDesk) -> None:
    @router.post("/{id}/pictures")
    def ask(id: str, row: int, beside: Names = []) -> Response:  # noqa: B006
        def begin() -> dict[str, Any]:
            case = desk.case(id)
            table = opened.table(case)
            return picture_view(pictures, table, pictures.open(case, table, row, beside))

        return _answer(begin)

    @router.get("/{id}/pictures/{picture}")
    def look(id: str, picture: str) -> Response:
        return _answer(
            lambda: picture_view(pictures, opened.table(desk.case(id)), pictures.case(picture))
        )


def _taking_away(router: APIRouter, desk: RunDesk, opened: OpenedRuns) -> None:
    @router.get("/{id}/rows.{ending}")
    def rows(id: str, ending: str) -> Response:
        def make() -> Response:
            frame = opened.table(desk.case(id)).frame
            if ending == "csv":
                return _file(csv_bytes(frame), "rows.csv", "text/csv")
            if ending == "parquet":
                return _file(parquet_bytes(frame), "rows.parquet", "application/vnd.apache.parquet")
            raise _no_such_file(f"rows.{ending}")

        return _answer(make)

    @router.get("/{id}/leaderboard.{ending}")
    def leaderboard(id: str, ending: str, metric: str, on: Names = []) -> Response:  # noqa: B006
        def make() -> Response:
            board = opened.overview(desk.case(id), metric, chosen(on)).board
            name = f"leaderboard-{metric}.{ending}"
            if ending == "csv":
                return _file(csv_bytes(board_frame(board)), name, "text/csv")
            if ending == "parquet":
                frame = board_frame(board)
                return _file(parquet_bytes(frame), name, "application/vnd.apache.parquet")
            if ending == "tex":
                return _file(board_latex(board).encode(), name, "text/plain")
            raise _no_such_file(name)

        return _answer(make)

    @router.get("/{id}/report.html")
    def report(id: str, metric: str = "") -> Response:
        def make() -> Response:
            case = desk.case(id)
            table = opened.table(case)
            shown = opened.overview(case, metric or table.metrics[0], ())
            html = report_html(table, shown, case.about.title, case.about.measured)
            return _file(html.encode(), "report.html", "text/html")

        return _answer(make)


def _done(work: Callable[[str], None], id: str) -> dict[str, bool]:
    work(id)
    return {"asked": True}


def _no_such_file(name: str) -> UnreadableFile:
    return UnreadableFile("There is no such table", actual=name)


def _file(content: bytes, name: str, media_type: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(content, 200, {**PRIVATE, "Content-Disposition": disposition}, media_type)


def _answer(make: Callable[[], Response | dict[str, Any]]) -> Response:
    return answered(make, STATUSES, otherwise=500)
