#ifndef VECMILL_CODECS_H
#define VECMILL_CODECS_H
#endif
