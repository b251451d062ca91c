import fc from 'fast-check';

// The same cases on every run: a test that fails fails again, and one that passes does not fail by the luck of the draw.
fc.configureGlobal({ seed: 20_251 });
