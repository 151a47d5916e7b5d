import type { EvaluationReport, TickerInput } from './reportData.js'
export async function reportHtml(report: EvaluationReport, inputs: readonly TickerInput[]): Promise<string> {
  return `${report.protocol}${inputs.length}`
}
