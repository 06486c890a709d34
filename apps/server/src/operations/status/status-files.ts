/** The files of the status page, and writing them: each is there whole, and the page last, so that what it names is there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../store.ts'
import { atomOf, summaryOf } from './status-feeds.ts'
import { type PageFacts, renderStatusPage } from './status-page.ts'
import type { StatusView } from './status-view.ts'

/** By name within the folder; everything that the page is. */
export type StatusFiles = ReadonlyMap<string, string>

const style = readFileSync(join(import.meta.dirname, 'etat.css'), 'utf8')
const icon = readFileSync(join(import.meta.dirname, 'icon.svg'), 'utf8')

export const statusFiles = (view: StatusView, facts: PageFacts): StatusFiles =>
  new Map([
    ['etat.css', style],
    ['icon.svg', icon],
    ['summary.json', `${JSON.stringify(summaryOf(view, facts))}\n`],
    ['atom.xml', atomOf(view, facts)],
    ['en/index.html', renderStatusPage('en', view, facts)],
    ['index.html', renderStatusPage('fr', view, facts)],
  ])

export const statusTypes: Readonly<Record<string, string>> = {
  'etat.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'summary.json': 'application/json; charset=utf-8',
  'atom.xml': 'application/atom+xml; charset=utf-8',
  'en/index.html': 'text/html; charset=utf-8',
  'index.html': 'text/html; charset=utf-8',
}

/** Writes what is not there as it is. @param before what was written last */
export const writeStatus = async (
  folder: string,
  files: StatusFiles,
  before: StatusFiles | null,
): Promise<void> => {
  for (const [name, content] of files) {
    if (before?.get(name) !== content) await writeWhole(join(folder, name), content)
  }
}
