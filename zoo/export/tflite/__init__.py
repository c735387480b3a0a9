"""TFLite files with builtin operators only: conversion, recurrent loops, signatures."""
