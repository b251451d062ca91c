/** A run as a page to look at: one self-contained HTML file, or live while it trains. */
export { makeReport, type MakeReportOptions, type Report } from './make-report.js';
export { WatchServer, type WatchOptions } from './watch-server.js';
