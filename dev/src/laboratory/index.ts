export {
  demoLaboratory,
  ensureLaboratoryFolder,
  type LaboratoryFiles,
  laboratoryFiles,
} from './laboratory-folder.ts'
export { connectSender, type LaboratorySender } from './sender.ts'
