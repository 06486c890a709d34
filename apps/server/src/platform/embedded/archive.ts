/**
 * Where an embedded PostgreSQL's write-ahead log goes: into the folder that a link beside its data names, as soon as there
 * is one. PostgreSQL itself runs these commands, as its own user, whether or not anything of ours runs.
 *
 * Invariants
 * - A segment is in the archive whole and on disk, or not at all; one that is there is never overwritten.
 * - A link that leads nowhere (a disk that is not mounted) fails: PostgreSQL keeps its log and tries again.
 */

export const archiveLinkOf = (cluster: string): string => `${cluster}.archive`

const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
/** In PostgreSQL's commands % begins a placeholder. */
const literal = (path: string): string => shellWord(path).replaceAll('%', '%%')

/** Segments are packed: one that was ended before it was full is mostly zeros. */
export const archivedName = (segment: string): string => `${segment}.gz`

export const archiveCommand = (link: string): string => {
  const folder = literal(link)
  const [kept, part] = [`${folder}/${archivedName('%f')}`, `${folder}/%f.part`]
  const compare = `gzip -dc ${kept} | cmp -s - "%p"`
  const store = `gzip -1 -c "%p" > ${part} && sync ${part} && mv ${part} ${kept} && sync ${folder}/`
  return `test ! -L ${folder} || if test -e ${kept}; then ${compare}; else ${store}; fi`
}

/**
 * Fetches a segment for recovery.
 *
 * @param unarchived folder of segments that had not been archived when their database ended; tried last
 */
export const fetchCommand = (archive: string, unarchived: string | null): string => {
  const kept = `${literal(archive)}/${archivedName('%f')}`
  const packed = `test -e ${kept} && gzip -dc ${kept} > "%p"`
  return unarchived === null ? packed : `${packed} || cp ${literal(unarchived)}/%f "%p"`
}
