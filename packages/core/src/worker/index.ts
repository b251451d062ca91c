/** Threads that work for another one. Apart from the main entry, which runs in a browser too. */
export { RequestThread, type ThreadErrors } from './request-thread.js';
export { serveRequests, type RequestFailure } from './serve-requests.js';
export { startWorker } from './start-worker.js';
