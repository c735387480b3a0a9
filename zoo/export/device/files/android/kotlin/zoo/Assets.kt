package zoo

import android.content.res.AssetManager
import java.nio.ByteBuffer

/** Opens the bundle in a folder of the app's assets. */
fun openBundle(assets: AssetManager, folder: String): Bundle =
  Bundle { name -> ByteBuffer.wrap(assets.open("$folder/$name").use { it.readBytes() }) }
