// A canvas drawer that shows stored pixels as they are.
//
// OpenSeadragon's own drawer stretches tiles without overlap by one pixel to hide seams, and
// places them at fractions of a pixel; both change values. Here the edges of a tile are rounded
// to screen pixels. Neighbours share an edge, so there is no seam at any zoom, and at 100 %,
// 200 %, ... each image pixel covers the same whole number of screen pixels.

const TIE = 1e-6;
/** Nearest whole number; halves go up even when they carry rounding errors of a long sum. */
const wholePixel = (position) => Math.floor(position + 0.5 + TIE);

export class ExactDrawer extends OpenSeadragon.CanvasDrawer {
  minimumOverlapRequired() {
    return false;
  }

  _drawTile(tile, tiledImage) {
    const picture = tile.loaded && this.getDataToDraw(tile);
    if (!picture) return;
    const density = OpenSeadragon.pixelDensityRatio;
    const left = wholePixel(tile.position.x * density);
    const top = wholePixel(tile.position.y * density);
    const right = wholePixel((tile.position.x + tile.size.x) * density);
    const bottom = wholePixel((tile.position.y + tile.size.y) * density);
    // A coarse level has ceil(size / 2) pixels, the last of which may stand for half as much.
    const width = Math.min(tile.sourceBounds.width, picture.canvas.width);
    const height = Math.min(tile.sourceBounds.height, picture.canvas.height);
    this.context.imageSmoothingEnabled = !this._isMagnified(tile, tiledImage);
    this.context.drawImage(
      picture.canvas, 0, 0, width, height, left, top, right - left, bottom - top,
    );
  }

  _isMagnified(tile, tiledImage) {
    const isFullSize = tile.level === tiledImage.source.maxLevel;
    return isFullSize && tiledImage.viewportToImageZoom(this.viewport.getZoom(true)) > 1 - TIE;
  }
}
