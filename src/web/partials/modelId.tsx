/** Enough of an id to tell models apart. */
export const shortId = (id: string): string => (id.length > 16 ? `${id.slice(0, 14)}…` : id)

/** An id in short, in full to whoever points at it. */
export const ModelId = ({ id }: { id: string }) => <code title={id}>{shortId(id)}</code>
