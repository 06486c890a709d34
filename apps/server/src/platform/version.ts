/** What this portal says that it is. */
import manifest from '../../package.json' with { type: 'json' }

export const { version } = manifest
