export { FaultServer, type Fault } from './fault-server.js';
