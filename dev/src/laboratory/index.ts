export {
  demoLaboratory,
  ensureLaboratoryFolder,
  type LaboratoryFiles,
  laboratoryFiles,
  probeLaboratory,
} from './laboratory-folder.ts'
export { connectSender, type LaboratorySender } from './sender.ts'
