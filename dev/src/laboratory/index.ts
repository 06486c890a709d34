export {
  demoLaboratory,
  ensureLaboratoryFolder,
  type LaboratoryFiles,
  laboratoryFiles,
  probeLaboratorySettings,
} from './laboratory-folder.ts'
export { connectSender, type LaboratorySender } from './sender.ts'
