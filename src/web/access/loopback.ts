/** 127.0.0.0/8, ::1 and localhost: as an address to listen on, or as the host of a request. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
