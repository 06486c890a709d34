import { mount } from '../shared/ui/mount.tsx'
import { ChoosePage } from './choose-page.tsx'

mount(<ChoosePage />)
