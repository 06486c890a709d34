import { mount } from '../shared/ui/mount.tsx'

mount(<main />)
