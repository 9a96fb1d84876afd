// Calls about files and avatars.
import { File, Me } from '../entities.ts'
import { limits } from '../limits.ts'
import { content, filePath, object, route } from './route.ts'

export const fileRoutes = {
  uploadFile: route({
    method: 'POST',
    path: '/api/v1/files',
    auth: 'user',
    cost: 20,
    tag: 'files',
    summary: 'Upload a file, to send it with a message; one that is not sent within a day is deleted',
    upload: { maxBytes: limits.fileBytes, description: 'Any file that is not empty' },
    answers: { 201: object({ file: File }) },
  }),
  getFile: route({
    method: 'GET',
    path: '/api/v1/files/{file_id}',
    auth: 'user',
    cost: 1,
    tag: 'files',
    summary: 'The bytes of a file: of an own one, of an avatar, or of one in a chat that the caller is in',
    params: filePath,
    answers: { 200: content('*/*'), 206: content('*/*'), 304: null },
  }),
  getThumbnail: route({
    method: 'GET',
    path: '/api/v1/files/{file_id}/thumbnail',
    auth: 'user',
    cost: 1,
    tag: 'files',
    summary: 'A small picture of a file that has one, for those who may get the file',
    params: filePath,
    answers: { 200: content('image/webp'), 304: null },
  }),
  setAvatar: route({
    method: 'PUT',
    path: '/api/v1/users/me/avatar',
    auth: 'user',
    cost: 20,
    tag: 'users',
    summary: 'Set the own avatar; the middle of the picture is cut out',
    upload: { maxBytes: limits.avatarBytes, description: 'A picture: PNG, JPEG, GIF, WebP or AVIF' },
    answers: { 200: object({ user: Me }) },
  }),
  removeAvatar: route({
    method: 'DELETE',
    path: '/api/v1/users/me/avatar',
    auth: 'user',
    cost: 10,
    tag: 'users',
    summary: 'Remove the own avatar; without one nothing happens',
    answers: { 200: object({ user: Me }) },
  }),
} as const
