// Tells the page that a run has come further, so that it asks for what has changed at once.
new EventSource('/events').addEventListener('progress', () => {
  document.body.dispatchEvent(new Event('run-progress'))
})
