/** Files from the model hub: cached, resumed, checked. */
export {};
