import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'

/** Where packages put the description of a Vulkan driver that runs on the CPU. */
const drivers = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/opt/google/chrome/vk_swiftshader_icd.json']

const installed = (name: string): boolean => {
  try {
    return createRequire(import.meta.url).resolve(name) !== ''
  } catch {
    return false
  }
}

/**
 * Points the Vulkan loader at a software driver, so that the shaders run on a machine without a GPU. Must come before the
 * first use of `webgpu`. Returns false where there is no such driver or no `webgpu` package: skip the test then.
 */
export function useSoftwareVulkan(): boolean {
  const driver = drivers.find((path) => existsSync(path))
  if (!driver || !installed('webgpu') || !installed('@tensorflow/tfjs-backend-webgpu')) return false
  process.env.VK_DRIVER_FILES = driver
  process.env.VK_ICD_FILENAMES = driver // the same, for older loaders
  process.env.XDG_RUNTIME_DIR ??= tmpdir()
  return true
}
