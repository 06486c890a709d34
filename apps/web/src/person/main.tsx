import { mount } from '../shared/ui/mount.tsx'
import { takeLinkCode } from './link-code.ts'
import { PersonPage } from './person-page.tsx'

// Before anything else runs: the code leaves the address at once, whatever happens next.
mount(<PersonPage code={takeLinkCode(window)} />)
