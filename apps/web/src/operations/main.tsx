import { mount } from '../shared/ui/mount.tsx'
import { OperationsPage } from './operations-page.tsx'

mount(<OperationsPage />)
