export { scheduleCandidates, type CandidateOptions } from './schedule-candidates.js';
export {
  schedulesBySuite,
  searchSchedules,
  type FoundSchedule,
  type ScheduleSearch,
  type ScheduleSearchOptions,
} from './schedule-search.js';
export type { ScheduleSearchProgress } from './training-ground.js';
