// Says when the server does not answer, and takes it back when it does.

const setOffline = (isOffline) => {
  document.querySelector('.offline').hidden = !isOffline
}

document.addEventListener('htmx:error', () => setOffline(true))
document.addEventListener('htmx:after:request', (event) => setOffline(event.detail.ctx.response.status >= 500))
