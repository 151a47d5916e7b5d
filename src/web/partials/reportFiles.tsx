/** The whole report, to be read or kept: drawings and every figure. */
export const ReportFiles = ({ id }: { id: string }) => (
  <p class="report-files">
    <a href={`/evaluations/${id}/report.html`}>Full report with drawings</a>
    <a href={`/evaluations/${id}/report.json`} download={`evaluation-${id}.json`}>
      JSON
    </a>
    <a href={`/evaluations/${id}/report.csv`} download={`evaluation-${id}.csv`}>
      CSV
    </a>
  </p>
)
