"""TFLite files of builtin operators: conversion, loops, signatures, and the patched flatbuffer."""
