import { mount } from '../shared/ui/mount.tsx'
import { keptLink, tabStorage, wasReloaded } from './kept-link.ts'
import { takeLinkCode } from './link-code.ts'
import { PersonPage } from './person-page.tsx'

// Before anything else runs: the code leaves the address at once, whatever happens next.
const opened = takeLinkCode(window)
const storage = tabStorage()
mount(
  <PersonPage code={opened ?? keptLink(storage, wasReloaded(), new Date())} storage={storage} />,
)
