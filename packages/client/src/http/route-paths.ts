// Method and path of every REST call. The route table of the protocol says the same and more, but brings the schema
// library (22 KB gzipped) into every browser; the compiler compares the two, so they cannot differ.
import type { RouteName, Routes, socketPath as SocketPath } from '@parley/protocol'

export const routePaths = {
  register: 'POST /api/v1/auth/register',
  login: 'POST /api/v1/auth/login',
  refresh: 'POST /api/v1/auth/refresh',
  logout: 'POST /api/v1/auth/logout',
  listSessions: 'GET /api/v1/auth/sessions',
  revokeSession: 'DELETE /api/v1/auth/sessions/{session_id}',
  changePassword: 'POST /api/v1/auth/password',
  getMe: 'GET /api/v1/users/me',
  updateMe: 'PATCH /api/v1/users/me',
  deleteMe: 'DELETE /api/v1/users/me',
  listUsers: 'GET /api/v1/users',
  getUser: 'GET /api/v1/users/{user_id}',
  listChats: 'GET /api/v1/chats',
  listPublicChats: 'GET /api/v1/chats/public',
  createChat: 'POST /api/v1/chats',
  getChat: 'GET /api/v1/chats/{chat_id}',
  updateChat: 'PATCH /api/v1/chats/{chat_id}',
  deleteChat: 'DELETE /api/v1/chats/{chat_id}',
  updatePreferences: 'PATCH /api/v1/chats/{chat_id}/preferences',
  listMembers: 'GET /api/v1/chats/{chat_id}/members',
  addMembers: 'POST /api/v1/chats/{chat_id}/members',
  updateMember: 'PATCH /api/v1/chats/{chat_id}/members/{user_id}',
  removeMember: 'DELETE /api/v1/chats/{chat_id}/members/{user_id}',
  listMessages: 'GET /api/v1/chats/{chat_id}/messages',
  sendMessage: 'POST /api/v1/chats/{chat_id}/messages',
  getMessage: 'GET /api/v1/messages/{message_id}',
  editMessage: 'PATCH /api/v1/messages/{message_id}',
  deleteMessage: 'DELETE /api/v1/messages/{message_id}',
  listRevisions: 'GET /api/v1/messages/{message_id}/revisions',
  listMessageReads: 'GET /api/v1/messages/{message_id}/reads',
  markRead: 'PUT /api/v1/chats/{chat_id}/read',
  sendTyping: 'POST /api/v1/chats/{chat_id}/typing',
  uploadFile: 'POST /api/v1/files',
  getFile: 'GET /api/v1/files/{file_id}',
  getThumbnail: 'GET /api/v1/files/{file_id}/thumbnail',
  setAvatar: 'PUT /api/v1/users/me/avatar',
  removeAvatar: 'DELETE /api/v1/users/me/avatar',
  sync: 'POST /api/v1/sync',
  seedDemo: 'POST /api/v1/demo',
} as const satisfies { readonly [N in RouteName]: `${Routes[N]['method']} ${Routes[N]['path']}` }

/** Where the socket lives. */
export const socketPath: typeof SocketPath = '/api/v1/ws'
