import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

const chromium = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Names the description of a Vulkan driver that needs no graphics processor, where it is not Debian's Chromium's. */
const variable = 'RSIM_VULKAN_ICD';

/** Why tests on such a driver are skipped where there is none. */
export const noSoftwareVulkan = `no ${chromium} (Debian's package chromium) and no ${variable}`;

/**
 * Variables for a process that is to find that driver and no other; `null` where there is none. They count when a
 * process starts: the Vulkan loader, too, is taken from beside the driver where the system has none.
 */
export function softwareVulkan(): NodeJS.ProcessEnv | null {
  const driver = process.env[variable] ?? chromium;
  if (!existsSync(driver)) return null;
  const libraries = [process.env['LD_LIBRARY_PATH'], dirname(driver)].filter((path) => path !== undefined);
  return { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: libraries.join(':') };
}
