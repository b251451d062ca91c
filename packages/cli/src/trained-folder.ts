/** Folder of the trained planner within a run's checkpoints. */
export const trainedFolder = 'trained';
