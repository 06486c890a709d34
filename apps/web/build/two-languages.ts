/** The component library's own words come in some thirty languages; these pages speak two. */
import type { Plugin } from 'vite'

const words =
  /\/react-aria(?:-components)?\/dist\/private\/intl\/(?:[^/]+\/)?([a-z]{2}-[A-Z]{2})\.m?js$/
const spoken = new Set(['fr-FR', 'en-US'])

/** Leaves the words of all other languages out of the build: the library then falls back to English. */
export const twoLanguages = (): Plugin => ({
  name: 'sidep-two-languages',
  enforce: 'pre',
  load(id) {
    const language = words.exec(id)?.[1]
    return language === undefined || spoken.has(language) ? null : 'export default {}'
  },
})
