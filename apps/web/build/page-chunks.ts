/**
 * Which modules of several pages are sent together. Left to itself the bundler makes a file of each set of entries and parts
 * loaded on demand that share something: 77 files before the counter can be used, most of them below a kilobyte, and a page
 * waits for each of them. Here what the same pages load first is one file, so that no page loads what it does not use.
 */
import { build, type InlineConfig, type Rolldown } from 'vite'

type Output = Pick<Rolldown.RolldownOutput, 'output'>['output']
type Chunk = Extract<Output[number], { type: 'chunk' }>
type Follow = (chunk: Chunk) => readonly string[]

/** A page by its folder: `pro`, `resultat`. */
const pageOf = (chunk: Chunk): string => chunk.facadeModuleId?.split('/').at(-2) ?? chunk.name

/** The chunks that `follow` leads to from `first`, itself too. */
const reached = (
  first: Chunk,
  byName: ReadonlyMap<string, Chunk>,
  follow: Follow,
): ReadonlySet<Chunk> => {
  const found = new Set([first])
  for (const chunk of found) {
    for (const name of follow(chunk)) {
      const next = byName.get(name)
      if (next !== undefined) found.add(next)
    }
  }
  return found
}

interface Files {
  /** Of the modules that some page loads first: the file that each goes to. */
  readonly first: ReadonlyMap<string, string>
  /** Of all others: the pages that may load it later, whose shared parts may go together. */
  readonly later: ReadonlyMap<string, string>
}

/**
 * Names the files that modules go to by the pages that load them first, and those that may load them later. A module is loaded
 * wherever one that imports it is, so files named in this way never import each other in a circle, and a page never runs what
 * is another page's alone.
 *
 * @param output of a build in which the bundler chose
 */
export const filesOfModules = (output: Output): Files => {
  const chunks = output.filter((part) => part.type === 'chunk')
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const pages = chunks
    .filter((chunk) => chunk.isEntry)
    .map((entry) => ({
      page: pageOf(entry),
      first: reached(entry, byName, ({ imports }) => imports),
      ever: reached(entry, byName, ({ imports, dynamicImports }) => [
        ...imports,
        ...dynamicImports,
      ]),
    }))
    .sort((a, b) => (a.page < b.page ? -1 : 1))
  const named = (some: typeof pages): string => some.map(({ page }) => page).join('-')
  const first = new Map<string, string>()
  const later = new Map<string, string>()
  for (const chunk of chunks) {
    const atFirst = pages.filter((one) => one.first.has(chunk))
    const afterwards = pages.filter((one) => one.ever.has(chunk) && !atFirst.includes(one))
    const files = atFirst.length > 0 ? first : later
    const name = [atFirst, afterwards].filter((some) => some.length > 0).map(named)
    for (const id of chunk.moduleIds) files.set(id, name.join('.'))
  }
  return { first, later }
}

/** What parts loaded on demand share and is smaller than this is sent with what they share most of, in bytes. */
const smallBytes = 10_000

/**
 * How the bundler is to split what it builds of the same pages with the same plugins.
 *
 * @param config of the build without what writes or compresses: it is built once to see what each page loads
 */
export const pageFiles = async (config: InlineConfig): Promise<Rolldown.OutputOptions> => {
  const built = await build({
    ...config,
    configFile: false,
    logLevel: 'error',
    build: { ...config.build, write: false, minify: false, reportCompressedSize: false },
  })
  if (!('output' in built)) throw new Error('one build was asked for')
  const { first, later } = filesOfModules(built.output)
  return {
    // The bundler names a shared part by all that share it.
    chunkFileNames: ({ name }) => `assets/${name.replace(/~.*/, '')}-[hash].js`,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { debugName: 'loaded first', name: (id) => first.get(id) ?? null },
        {
          debugName: 'loaded later',
          name: (id) => {
            const pages = later.get(id)
            return pages === undefined ? null : `later-${pages}`
          },
          minShareCount: 2,
          entriesAware: true,
          entriesAwareMergeThreshold: smallBytes,
        },
      ],
    },
  }
}
