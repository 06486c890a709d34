/** What a release says of itself: where it came from (in-toto, SLSA) and what is in it (CycloneDX). Pure. */

export interface Subject {
  readonly name: string
  /** Hexadecimal. */
  readonly sha256: string
}

export interface Origin {
  /** Address of the repository, as git has it; null for none. */
  readonly repository: string | null
  /** Full name of the commit. */
  readonly commit: string
  /** Null where the commit has no tag. */
  readonly tag: string | null
  /** SHA-256 of package-lock.json, which names every package by its own hash. */
  readonly lockSha256: string
  readonly nodeVersion: string
}

/** Whoever reads the statement finds there how to do the same again. */
const buildType = 'urn:sidep:build:npm-run-release:1'

/** in-toto Statement v1 with an SLSA v1.0 provenance predicate (https://slsa.dev/spec/v1.0/provenance). */
export const provenanceOf = (
  subjects: readonly Subject[],
  { repository, commit, tag, lockSha256, nodeVersion }: Origin,
  builder: string,
) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      buildType,
      externalParameters: { command: 'npm ci && npm run release', tag },
      internalParameters: { node: nodeVersion },
      resolvedDependencies: [
        { uri: `git+${repository ?? 'file:///'}`, digest: { gitCommit: commit } },
        { uri: 'package-lock.json', digest: { sha256: lockSha256 } },
      ],
    },
    // Without times and numbers of this run: the same commit gives the same statement.
    runDetails: { builder: { id: builder } },
  },
})

/** npm's list with the commit's time in place of now, and a number that follows from the commit: the same each time. */
export const settledSbom = (
  sbom: Readonly<Record<string, unknown>>,
  commit: string,
  at: Date,
): Record<string, unknown> => {
  const metadata: Record<string, unknown> = { ...(sbom.metadata as object | undefined) }
  const hex = commit.padEnd(32, '0')
  // RFC 9562 §5.8: version 8, of our own making.
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  return {
    ...sbom,
    serialNumber: `urn:uuid:${uuid}`,
    metadata: {
      ...metadata,
      timestamp: at.toISOString(),
      // npm takes the name of whatever folder it stands in.
      component: { ...(metadata.component as object | undefined), name: 'sidep' },
    },
  }
}
