import { mount } from '../shared/ui/mount.tsx'
import { VerifierPage } from './verifier-page.tsx'

mount(<VerifierPage />)
