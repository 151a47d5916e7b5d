import { counted } from '../format.js'

/** Says that alerts were given up or endpoints disabled; nothing when all is well. */
export const AlertNotice = ({ troubles: { dead, disabled } }: { troubles: { dead: number; disabled: number } }) =>
  dead + disabled > 0 ? (
    <p class="notice" role="status">
      {counted(dead, 'alert')} could not be delivered and {counted(disabled, 'endpoint')}{' '}
      {disabled === 1 ? 'is' : 'are'} disabled. <a href="/alerts">See the alerts</a>
    </p>
  ) : null
