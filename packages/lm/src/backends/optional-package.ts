import { createRequire } from 'node:module';

/** A package that is not installed, and that nobody has to install. */
export class MissingPackage extends Error {
  constructor(readonly packageName: string) {
    super(`the package ${packageName} is not installed`);
  }
}

/** Whether a package can be found from here; it may still fail to load. */
export function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * @returns The package's exports; their type is the caller's claim.
 * @throws MissingPackage when it is not installed; whatever it throws itself when it does not load.
 */
export async function importOptional(name: string): Promise<unknown> {
  if (!isInstalled(name)) throw new MissingPackage(name);
  return import(name);
}
