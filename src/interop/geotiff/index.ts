/** stridebuf/geotiff: rasters of geotiff.js as views, tile by tile into one array. No library is imported. */

export type { RasterDirectory, RasterImage, RasterTile } from "./image.js";
export { type ReadRasterOptions, readRaster } from "./read.js";
